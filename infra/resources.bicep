// A function app on Flex Consumption with what it needs: an identity, a storage account, a vault for Twilio's secrets, and Application Insights.
// There are no account keys: the app signs in to every service with its identity.

@description('A part of the resources\' names.')
param environmentName string

@description('The Azure region.')
param location string = resourceGroup().location

param tags { *: string } = {}

@description('The account: AC and 32 hexadecimal digits.')
param twilioAccountSid string

@description('An API key of the account: SK and 32 hexadecimal digits.')
param twilioApiKeySid string

@secure()
@description('The API key\'s secret. Empty: the secret in the vault is kept.')
param twilioApiKeySecret string = ''

@secure()
@description('The account\'s auth token, for checking the signatures of webhooks. Empty: the token in the vault is kept.')
param twilioAuthToken string = ''

@description('Whether webhooks are received. If not, no auth token is needed.')
param checkWebhooks bool = true

@description('The Sync service: IS and 32 hexadecimal digits, or default.')
param syncServiceSid string

@description('The Twilio region, such as ie1. Empty: us1.')
param twilioRegion string = ''

@description('The Twilio edge, such as dublin. Empty: none.')
param twilioEdge string = ''

@description('The app\'s public URLs for Twilio, separated by commas, if they differ from its own host name.')
param publicUrl string = ''

@description('Origins whose web pages may call the functions, separated by commas.')
param corsOrigins string = ''

@description('Further app settings, as { Sync__TotalTimeout: \'8\' }. They replace settings with the same name. Do not put secrets here.')
param settings { *: string } = {}

@allowed([512, 2048, 4096])
@description('The memory of an instance, in MB.')
param instanceMemory int = 2048

@minValue(40)
@maxValue(1000)
@description('The maximum number of instances.')
param maximumInstances int = 40

@description('How long logs are kept, in days.')
param logRetention int = 30

var suffix = toLower(uniqueString(subscription().id, resourceGroup().id, environmentName, location))
var functionAppName = 'func-${suffix}'
var packageContainerName = 'app-package'

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var roles = {
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  storageQueueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${suffix}'
  location: location
  tags: tags
}

// ---- the host's storage: the app's package, its keys, the queue of jobs, snapshots

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: 'st${suffix}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource packages 'containers' = { name: packageContainerName }

    resource snapshots 'containers' = { name: 'sync-snapshots' }
  }

  resource queues 'queueServices' = {
    name: 'default'

    resource jobs 'queues' = { name: 'sync-jobs' }
  }
}

resource storageRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [roles.storageBlobDataOwner, roles.storageQueueDataContributor, roles.storageTableDataContributor]: {
    name: guid(storage.id, identity.id, role)
    scope: storage
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
    }
  }
]

// ---- Twilio's secrets

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: 'kv-${suffix}'
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    // A removed vault keeps its name until it is purged. Purging is allowed.
    softDeleteRetentionInDays: 7
  }

  resource apiKeySecret 'secrets' = if (!empty(twilioApiKeySecret)) {
    name: 'Twilio--ApiKeySecret'
    properties: { value: twilioApiKeySecret }
  }

  resource authToken 'secrets' = if (!empty(twilioAuthToken)) {
    name: 'Twilio--AuthToken'
    properties: { value: twilioAuthToken }
  }
}

resource vaultRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, roles.keyVaultSecretsUser)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

// ---- logs

resource logs 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'log-${suffix}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: logRetention
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${suffix}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: logs.id
    DisableLocalAuth: true
  }
}

resource insightsRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, identity.id, roles.monitoringMetricsPublisher)
  scope: insights
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.monitoringMetricsPublisher)
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

// ---- the app

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${suffix}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: functionAppName
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    // The identity that reads the secrets in Key Vault references.
    keyVaultReferenceIdentity: identity.id
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packageContainerName}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemory
        maximumInstanceCount: maximumInstances
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      cors: { allowedOrigins: empty(corsOrigins) ? [] : map(split(corsOrigins, ','), origin => trim(origin)) }
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(
      {
        AzureWebJobsStorage__accountName: storage.name
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identity.properties.clientId
        // The identity with which the app itself signs in.
        AZURE_CLIENT_ID: identity.properties.clientId
        APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
        Twilio__AccountSid: twilioAccountSid
        Twilio__ApiKeySid: twilioApiKeySid
        Twilio__ApiKeySecret: '@Microsoft.KeyVault(VaultName=${vault.name};SecretName=Twilio--ApiKeySecret)'
        Sync__Services__default__ServiceSid: syncServiceSid
      },
      checkWebhooks ? { Twilio__AuthToken: '@Microsoft.KeyVault(VaultName=${vault.name};SecretName=Twilio--AuthToken)' } : {},
      empty(twilioRegion) ? {} : { Twilio__Region: twilioRegion },
      empty(twilioEdge) ? {} : { Twilio__Edge: twilioEdge },
      empty(publicUrl) ? {} : { PublicUrl: publicUrl },
      settings
    )
    // The app restarts when its settings are set. The secrets must then exist, and its roles must be assigned.
    dependsOn: [storageRoles, vaultRole, vault::apiKeySecret, vault::authToken, insightsRole]
  }
}

output functionAppName string = app.name
output keyVaultName string = vault.name
output url string = 'https://${app.properties.defaultHostName}/api'
