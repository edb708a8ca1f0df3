// What `azd up` creates: a resource group with everything in it.
targetScope = 'subscription'

@minLength(1)
@maxLength(64)
@description('The name of the environment. The resource group is rg-<name>, and the other names contain it.')
param environmentName string

@minLength(1)
@description('The Azure region. Flex Consumption is not available in all regions: az functionapp list-flexconsumption-locations.')
@metadata({ azd: { type: 'location' } })
param location string

@description('The account: AC and 32 hexadecimal digits.')
param twilioAccountSid string

@description('An API key of the account: SK and 32 hexadecimal digits.')
param twilioApiKeySid string

@description('The Sync service: IS and 32 hexadecimal digits, or default.')
param syncServiceSid string

@secure()
@description('The API key\'s secret. Empty: the secret in the vault is kept.')
param twilioApiKeySecret string

@secure()
@description('The account\'s auth token, for checking the signatures of webhooks. Empty: the token in the vault is kept.')
param twilioAuthToken string

@description('Whether webhooks are received. If not, no auth token is needed.')
param checkWebhooks bool = true

@description('The Twilio region, such as ie1. Empty: us1.')
param twilioRegion string = ''

@description('The Twilio edge, such as dublin. Empty: none.')
param twilioEdge string = ''

@description('The app\'s public URLs for Twilio, separated by commas, if they differ from its own host name.')
param publicUrl string = ''

@description('Origins whose web pages may call the functions, separated by commas.')
param corsOrigins string = ''

var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module resources 'resources.bicep' = {
  scope: group
  params: {
    environmentName: environmentName
    location: location
    tags: tags
    twilioAccountSid: twilioAccountSid
    twilioApiKeySid: twilioApiKeySid
    twilioApiKeySecret: twilioApiKeySecret
    twilioAuthToken: twilioAuthToken
    checkWebhooks: checkWebhooks
    syncServiceSid: syncServiceSid
    twilioRegion: twilioRegion
    twilioEdge: twilioEdge
    publicUrl: publicUrl
    corsOrigins: corsOrigins
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_APP string = resources.outputs.functionAppName
output AZURE_KEY_VAULT string = resources.outputs.keyVaultName
output SYNC_FUNCTIONS_URL string = resources.outputs.url
